/** An elastix parameter map: every value is a list of texts. */
export type ParameterMap = Readonly<Record<string, readonly string[]>>;

/**
 * Rigid refinement by elastix 5 (Klein et al., IEEE TMI 2010) from a start that is good to about a millimetre.
 * Values that differ from elastix's own rigid defaults say why; changing one changes masks, so raise the pipeline
 * version with it.
 */
export const RIGID_PARAMETERS: ParameterMap = {
  Registration: ['MultiResolutionRegistration'],
  Transform: ['EulerTransform'],
  // Contrasts differ between sequences: only mutual information compares them (Mattes et al., IEEE TMI 2003).
  Metric: ['AdvancedMattesMutualInformation'],
  // Of 32, 48 and 64, what erred least together on known motions and against its own answer without them.
  NumberOfHistogramBins: ['48'],

  // One level, not smoothed: the coarse levels are searched before, at a tenth of the cost; smoothing moved the answer
  // by 0.05 to 0.2 mm, since slices of 3 mm and 1 mm blur differently at the brain's edge. The "smoothing" pyramids
  // smooth even at factor 1 (and take 0.6 s for it), the "shrinking" ones do nothing there.
  NumberOfResolutions: ['1'],
  FixedImagePyramid: ['FixedShrinkingImagePyramid'],
  MovingImagePyramid: ['MovingShrinkingImagePyramid'],
  FixedImagePyramidSchedule: ['1', '1', '1'],
  MovingImagePyramidSchedule: ['1', '1', '1'],

  // Random points between the voxels: on the voxels themselves, images whose grids fall together stay caught where
  // nothing is interpolated, up to 0.5 mm off.
  ImageSampler: ['RandomCoordinate'],
  NewSamplesEveryIteration: ['true'],
  NumberOfSpatialSamples: ['8192'],
  CheckNumberOfSamples: ['true'],
  MaximumNumberOfSamplingAttempts: ['8'],
  RandomSeed: ['121212'],

  Optimizer: ['AdaptiveStochasticGradientDescent'],
  MaximumNumberOfIterations: ['100'],
  AutomaticParameterEstimation: ['true'],
  AutomaticScalesEstimation: ['true'],
  NumberOfSamplesForExactGradient: ['4096'],
  // mm; the default, the mean voxel size, would let thick slices throw a good start away.
  MaximumStepLength: ['1'],

  // The start is in the moving image's header already.
  AutomaticTransformInitialization: ['false'],

  Interpolator: ['LinearInterpolator'],
  Resampler: ['DefaultResampler'],
  // The resampled image is thrown away: make it the cheapest way.
  ResampleInterpolator: ['FinalNearestNeighborInterpolator'],
  WriteResultImage: ['false'],
  DefaultPixelValue: ['0'],
};
