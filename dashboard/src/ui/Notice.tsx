import type { ReactNode } from "react";
import styles from "./Notice.module.css";

/** Says why there is nothing else to see, and what to do. */
export function Notice({ title, trouble = false, children }: { title: string; trouble?: boolean; children?: ReactNode }) {
  return (
    <section className={styles.notice} role={trouble ? "alert" : "status"} data-trouble={trouble || undefined}>
      <h1>{title}</h1>
      {children}
    </section>
  );
}
