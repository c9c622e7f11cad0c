import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { go } from "./route";

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
  /** Called when the link was followed in this tab. */
  onFollow?: (() => void) | undefined;
}

/** A link within this page: followed without loading it anew, unless it is wanted in a tab of its own. */
export function PageLink({ href, onFollow, children, ...rest }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(href);
    onFollow?.();
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
