import type { ReactNode } from "react";
import styles from "./Page.module.css";

/** What a page is, and what can be done there. */
export function PageHead({ title, what, children }: { title: string; what: string; children: ReactNode }) {
  return (
    <header className={styles.header}>
      <div>
        <h1>{title}</h1>
        <p>{what}</p>
      </div>
      {children}
    </header>
  );
}

/** A list, and beside it what was chosen of it. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}
