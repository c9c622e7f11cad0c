import { Component, createRef, type ReactNode } from "react";

interface Props {
  /** Changes whenever something inside may have moved. */
  on: unknown;
  className?: string | undefined;
  children: ReactNode;
}

const moving = { duration: 520, easing: "cubic-bezier(.2, .8, .2, 1)" };
const appearing = { duration: 280, easing: "ease-out" };
/** How long it is remembered where somebody was who left one place and is not yet in the next, in milliseconds. */
const remembered = 2000;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Animates what has moved inside: elements with data-flip are looked up by that
 * name before and after a change, and travel from where they were seen last,
 * even when the change catches them on their way. A class, because only classes
 * can look at the page right before it changes.
 */
export class Flip extends Component<Props> {
  readonly #root = createRef<HTMLDivElement>();
  readonly #seen = new Map<string, Place>();
  /** What is on its way. */
  #moving: Animation[] = [];

  /** Looks where everybody is, right before the change; says whether to animate it. */
  override getSnapshotBeforeUpdate(before: Props): boolean {
    if (before.on === this.props.on || still.matches || document.hidden) return false;
    const at = performance.now();
    for (const [name, place] of this.#seen) if (at - place.at > remembered) this.#seen.delete(name);
    for (const element of this.#elements()) this.#seen.set(nameOf(element), placeOf(element, at));
    return true;
  }

  override componentDidUpdate(_props: Props, _state: unknown, animated: boolean): void {
    if (!animated) return;
    const elements = [...this.#elements()];
    for (const animation of this.#moving) animation.cancel();
    // All are measured before any is animated: the other way round, each would be laid out anew.
    const moves = elements.map((element) => ({ element, from: this.#seen.get(nameOf(element)), to: placeOf(element, 0) }));
    this.#moving = moves.flatMap(({ element, from, to }) => animate(element, from, to) ?? []);
  }

  override render() {
    return (
      <div ref={this.#root} className={this.props.className}>
        {this.props.children}
      </div>
    );
  }

  #elements(): Iterable<HTMLElement> {
    return this.#root.current?.querySelectorAll<HTMLElement>("[data-flip]") ?? [];
  }
}

/** Where something was on the page, whatever was scrolled, and when. */
interface Place {
  x: number;
  y: number;
  at: number;
}

function placeOf(element: HTMLElement, at: number): Place {
  const { left, top } = element.getBoundingClientRect();
  return { x: left + scrollX, y: top + scrollY, at };
}

function nameOf(element: HTMLElement): string {
  return element.dataset.flip ?? "";
}

function animate(element: HTMLElement, from: Place | undefined, to: Place): Animation | null {
  if (!from) return element.animate([{ opacity: 0, scale: 0.7 }, {}], appearing);
  const [x, y] = [from.x - to.x, from.y - to.y];
  if (Math.hypot(x, y) < 1) return null;
  return element.animate([{ translate: `${x}px ${y}px`, zIndex: 5 }, { translate: "0 0", zIndex: 5 }], moving);
}
