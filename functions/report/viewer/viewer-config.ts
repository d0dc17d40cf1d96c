/** What the report tells its viewer; JSON in the element `viewer-config`. */
export interface ViewerConfig {
  readonly volumes: readonly ViewerVolume[];
  /** Label value, name and colour of the masks. */
  readonly labels: readonly { value: number; name: string; rgb: readonly [number, number, number] }[];
  /** Where the crosshair starts, RAS mm. */
  readonly focus: readonly [number, number, number];
}

/** One embedded volume: gzipped NIfTI as base64, in the element `volume-<id>`. */
export interface ViewerVolume {
  readonly id: string;
  readonly title: string;
  readonly kind: 'sequence' | 'mask' | 'uncertainty';
  /** Values that stored bytes 0 and 255 stand for, in `unit`. */
  readonly low: number;
  readonly high: number;
}

/** Value of the mask switch that shows none. */
export const NO_MASK = 'none';
