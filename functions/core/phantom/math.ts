/**
 * The functions of Math that run in every voxel, bound once. Inside a sandbox (tests run in one) each look-up of a
 * global costs as much as the arithmetic around it: ten times the time altogether.
 */
export const { abs, atan2, cos, exp, floor, hypot, max, min, round, sign, sqrt } = Math;
