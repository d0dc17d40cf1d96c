/** Part of every run id. Raise it with any change that alters outputs; the golden-output test says when. */
export const PIPELINE_VERSION = 3;
