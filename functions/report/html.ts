/** A piece of HTML, known to be markup and not text. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | null | false | readonly Part[];

/**
 * Template tag that makes HTML: whatever is put in is escaped, unless it is markup itself; lists are joined, and
 * undefined, null and false leave nothing.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = literals.reduce((text, literal, n) => text + literal + (n < parts.length ? render(parts[n]) : ''), '');
  return { markup };
}

/** Marks a string as HTML. Only for what we made ourselves. */
export function raw(markup: string): Markup {
  return { markup };
}

/** Text as it may stand in an element or in a quoted attribute; control characters become visible ones. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
    .replace(CONTROL, '\ufffd');
}

/** Control characters but tab, line feed and return; and the marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** JSON that cannot end the script element it stands in. */
export function jsonForScript(value: unknown): Markup {
  return raw(JSON.stringify(value).replace(/</g, '\\u003c'));
}

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(render).join('');
}
