import type { ReactNode } from "react";
import { PageLink } from "./PageLink";
import styles from "./Choices.module.css";

/** What to choose from, one below the other. */
export function Choices({ children }: { children: ReactNode }) {
  return <ul className={styles.list}>{children}</ul>;
}

interface Props {
  href: string;
  isCurrent: boolean;
  /** How it is with what can be chosen; without one there is no light. */
  light?: "off" | "good" | "busy" | "bad";
  title: string;
  detail: ReactNode;
  onFollow?: (() => void) | undefined;
}

/** One of them, with an address of its own. */
export function Choice({ href, isCurrent, light, title, detail, onFollow }: Props) {
  return (
    <li>
      <PageLink href={href} aria-current={isCurrent ? "page" : undefined} className={styles.choice} onFollow={onFollow}>
        {light && <span className={styles.light} data-is={light} />}
        <b>{title}</b>
        <span className={styles.detail}>{detail}</span>
      </PageLink>
    </li>
  );
}

/** What a list is called. */
export function Heading({ children }: { children: ReactNode }) {
  return <h2 className={styles.heading}>{children}</h2>;
}
