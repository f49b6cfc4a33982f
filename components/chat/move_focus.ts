/** Arrow keys among the elements of a list. */

/**
 * Moves the focus between the elements that match `selector` in the listener's element: up, down,
 * Home, End. Does nothing while another kind of element (a button, a text box) has the focus.
 */
export function moveFocus(event: KeyboardEvent, selector: string): void {
  const list = event.currentTarget;
  const from = event.target;
  if (!(list instanceof HTMLElement) || !(from instanceof HTMLElement)) return;
  if (!from.matches(selector)) return;
  const all = [...list.querySelectorAll<HTMLElement>(selector)];
  const at = all.indexOf(from);
  const to = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
}
