/** What the caller says of a request beside its body. */
export interface Attributes {
  /** Digest of the model that the plan pins. */
  readonly model?: string;
  /** Id of the tile, for the log. */
  readonly tile?: string;
}

export const ATTRIBUTES_HEADER = 'x-amzn-sagemaker-custom-attributes';

/** `model=<digest>;tile=<id>` -> its parts; what is not of that form is left out. */
export function parseAttributes(header: string | string[] | undefined): Attributes {
  const pairs = String(header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='));
  const partOf = (name: string) => pairs.find(([key, value]) => key === name && value)?.[1];
  const tile = partOf('tile');
  return { model: partOf('model'), tile: tile && /^[0-9a-z-]{1,64}$/.test(tile) ? tile : undefined };
}
