/** An element that the report's markup promises. @throws Error when it is not there */
export function elementOf<E extends Element>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`no ${kind.name} with id "${id}"`);
  return element;
}

/** The value of the chosen radio button of a group; undefined where none is. */
export function chosenOf(name: string): string | undefined {
  return document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value;
}

/** Calls back when any control inside an element changes, sliders while they move. */
export function onChange(id: string, then: () => void): void {
  elementOf(id, HTMLElement).addEventListener('input', then);
}
