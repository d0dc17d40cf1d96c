/**
 * Capitals, digits and a few signs, 5 wide and 7 high: one base-32 digit a row, the highest of its five bits leftmost.
 * A is ehhvhhh: 01110 10001 10001 11111 10001 10001 10001.
 */
export const GLYPHS: Readonly<Record<string, string>> = {
  A: 'ehhvhhh', B: 'uhhuhhu', C: 'ehggghe', D: 'uhhhhhu', E: 'vgguggv', F: 'vgguggg', G: 'ehgnhhf',
  H: 'hhhvhhh', I: 'e44444e', J: '72222ic', K: 'hikokih', L: 'ggggggv', M: 'hrllhhh', N: 'hhpljhh',
  O: 'ehhhhhe', P: 'uhhuggg', Q: 'ehhhlid', R: 'uhhukih', S: 'fgge11u', T: 'v444444', U: 'hhhhhhe',
  V: 'hhhhha4', W: 'hhhllla', X: 'hha4ahh', Y: 'hha4444', Z: 'v1248gv', 0: 'ehjlphe', 1: '4c4444e',
  2: 'eh1248v', 3: 'v2421he', 4: '26aiv22', 5: 'vgu11he', 6: '68guhhe', 7: 'v124888', 8: 'ehhehhe',
  9: 'ehhf12c', '.': '00000cc', '-': '000v000', '+': '044v440', ':': '0cc0cc0', '/': '01248g0',
  '%': 'op248j3', '(': '2488842', ')': '8422248', ',': '0000c48', ' ': '0000000',
}; // biome-ignore format: a table

export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;
