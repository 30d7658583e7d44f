/** Runs in the page: what has the focus there, whether that is to be seen, and what the focus never came to. */
import type { FocusProbe } from './probe.ts';

const native =
  'a[href], area[href], button, input, select, textarea, summary, iframe, audio[controls], video[controls], [contenteditable]';
const roles = [
  'button link checkbox radio switch tab option slider spinbutton textbox combobox searchbox',
  'menuitem menuitemradio menuitemcheckbox treeitem gridcell',
].join(' ');
const widget = roles.replaceAll(/\S+/g, '[role=$&],').replaceAll(' ', '').replace(/,$/, '');
const group =
  '[role=tablist], [role=radiogroup], [role=group], [role=toolbar], [role=menu], [role=listbox], [role=tree], [role=grid]';

let root: Element = document.documentElement;
let reached = new Set<Element>();
let before: Element | undefined;
const ids = new WeakMap<Element, number>();
let lastId = 0;

function idOf(one: Element): number {
  const id = ids.get(one) ?? ++lastId;
  ids.set(one, id);
  return id;
}

const nameOf = (one: Element): string => {
  const label = 'labels' in one ? (one as HTMLInputElement).labels?.[0] : undefined;
  const text = one.getAttribute('aria-label') ?? label?.textContent ?? one.textContent;
  const role = one.getAttribute('role') ?? one.localName;
  return `${role} “${text.replaceAll(/\s+/g, ' ').trim().slice(0, 60)}”`;
};

const isShown = (one: Element): boolean =>
  one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
  one.closest('[inert]') === null &&
  [...one.getClientRects()].some(({ width, height }) => width > 0 && height > 0);

/** What a person can use: controls, and what Tab stops at for another reason. */
function controls(): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(`${native}, ${widget}, [tabindex]`)].filter((one) => {
    if (one.matches(':disabled') || !isShown(one)) return false;
    // What stands in for a control of the kit in a form is not the control.
    if (one.tabIndex < 0 && one.getAttribute('aria-hidden') === 'true') return false;
    return one.matches(`${native}, ${widget}`) || one.tabIndex >= 0;
  });
}

/** Groups in which the arrow keys go from one control to the next, because Tab comes to one of them only. */
function groupsNow(): ReadonlyMap<Element, readonly HTMLElement[]> {
  const all = Map.groupBy(controls(), (one) => one.parentElement?.closest(group) ?? null);
  const roving = [...all].filter(([, members]) => members.some(({ tabIndex }) => tabIndex < 0));
  return new Map(roving.flatMap(([found, members]) => (found ? [[found, members] as const] : [])));
}

/** Where it is drawn; a link of several lines has a box for each. */
function boxOf(one: Element): DOMRect {
  const boxes = [...one.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
  return boxes[0] ?? one.getBoundingClientRect();
}

/** What parts that scroll or cut off leave to see at the place of an element. */
function viewOf(one: Element): DOMRect {
  let { left, top, right, bottom } = new DOMRect(0, 0, document.documentElement.clientWidth, innerHeight);
  let position = getComputedStyle(one).position;
  for (let part = one.parentElement; part && part !== document.documentElement; part = part.parentElement) {
    const style = getComputedStyle(part);
    const isSkipped = position === 'fixed' || (position === 'absolute' && style.position === 'static');
    if (isSkipped) continue;
    position = style.position;
    if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
    const box = part.getBoundingClientRect();
    left = Math.max(left, box.left + part.clientLeft);
    top = Math.max(top, box.top + part.clientTop);
    right = Math.min(right, box.left + part.clientLeft + part.clientWidth);
    bottom = Math.min(bottom, box.top + part.clientTop + part.clientHeight);
  }
  return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
}

const hidesLess = 1.5;

/** Sides of the ring around what has the focus that can be seen. */
function ringFaults(one: Element): readonly string[] {
  const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(one);
  const width = Number.parseFloat(outlineWidth);
  const isTransparent = /^rgba\(.*, 0\)$|transparent/.test(outlineColor);
  if (outlineStyle === 'none' || width < 2 || isTransparent) return ['has no ring around it'];
  const view = viewOf(one);
  const box = boxOf(one);
  const out = Number.parseFloat(outlineOffset) + width;
  const sides = {
    top: box.top - out >= view.top - hidesLess,
    bottom: box.bottom + out <= view.bottom + hidesLess,
    left: box.left - out >= view.left - hidesLess,
    right: box.right + out <= view.right + hidesLess,
  };
  // What is scrolled into view stops under the header.
  const headroom = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  const isTaller = box.height + 2 * out > view.height - headroom;
  const isWider = box.width + 2 * out > view.width;
  const cut = Object.entries(sides).filter(([side, isSeen]) => {
    if (isSeen) return false;
    return side === 'top' || side === 'bottom' ? !isTaller : !isWider;
  });
  return cut.length > 0 ? [`its ring is cut off at the ${cut.map(([side]) => side).join(' and ')}`] : [];
}

/** Whether something else lies over it: the middle and the corners of what is in view of it. */
function coverFaults(one: Element): readonly string[] {
  const box = boxOf(one);
  const view = viewOf(one);
  const left = Math.max(box.left, view.left) + 2;
  const right = Math.min(box.right, view.right) - 2;
  const top = Math.max(box.top, view.top) + 2;
  const bottom = Math.min(box.bottom, view.bottom) - 2;
  if (right < left || bottom < top) return ['is out of view'];
  const points = [
    [(left + right) / 2, (top + bottom) / 2],
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ] as const;
  const over = points.flatMap(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return !there || one.contains(there) || there.contains(one) ? [] : [there];
  });
  const [first] = over;
  return first && over.length > 2 ? [`is covered by ${nameOf(first)}`] : [];
}

/** One reads down, and to the right within a line: what comes next is neither above, nor to the left in the same line. */
function orderFaults(one: Element, isBackward: boolean): readonly string[] {
  if (!before?.isConnected || before.contains(one) || one.contains(before)) return [];
  // Who entered in the middle, as of a dialog, comes round to its beginning.
  if (one === controls().at(isBackward ? -1 : 0)) return [];
  const [first, second] = isBackward ? [boxOf(one), boxOf(before)] : [boxOf(before), boxOf(one)];
  const isAbove = second.bottom <= first.top && second.left < first.right;
  const shared = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
  const isSameLine = shared > Math.min(first.height, second.height) / 2;
  const isLeft = isSameLine && second.right <= first.left;
  return isAbove || isLeft ? [`comes after ${nameOf(before)}, against the order of reading`] : [];
}

const probe: FocusProbe = {
  begin(part) {
    root = [...document.querySelectorAll(part)].at(-1) ?? document.documentElement;
    reached = new Set();
    before = undefined;
  },
  stop(isBackward) {
    const one = document.activeElement;
    const isOutside = !(one instanceof HTMLElement) || one === document.body || !root.contains(one);
    if (isOutside) return { id: 0, name: '', isOutside, isInParts: false, isOff: false, faults: [] };
    const isInParts = one === before && one.matches('[type=date], [type=time], [type=month], [type=datetime-local]');
    reached.add(one);
    const faults = [...ringFaults(one), ...coverFaults(one), ...orderFaults(one, isBackward)];
    before = one;
    const isDisabled = one.getAttribute('aria-disabled') === 'true' && one.getAttribute('aria-busy') !== 'true';
    const isOff = isDisabled || one.matches('[role=note]');
    return { id: idOf(one), name: nameOf(one), isOutside, isInParts, isOff, faults };
  },
  missed() {
    const isReached = (one: Element) => reached.has(one);
    const entered = [...groupsNow()].filter(([, members]) => members.some(isReached));
    const known = new Set<Element>(entered.flatMap(([found, members]) => [found, ...members]));
    return controls()
      .filter((one) => !isReached(one) && !known.has(one))
      .map(nameOf);
  },
  groups: () => groupsNow().size,
  enter(index) {
    const [entered = document.body, members = []] = [...groupsNow()][index] ?? [];
    (members.find(({ tabIndex }) => tabIndex === 0) ?? members[0])?.focus();
    return { name: nameOf(entered), members: members.length, isRound: entered.closest('[role=menu]') === null };
  },
  isVertical() {
    return document.activeElement?.closest('[role=menu], [aria-orientation=vertical]') instanceof Element;
  },
  current: () => (document.activeElement ? idOf(document.activeElement) : 0),
  reason() {
    const one = document.activeElement;
    const ids = one?.getAttribute('aria-describedby')?.split(' ') ?? [];
    return ids
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ')
      .trim();
  },
};

Object.assign(globalThis, { focusProbe: probe });
