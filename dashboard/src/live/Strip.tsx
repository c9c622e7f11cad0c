import type { ReactNode } from "react";
import styles from "./Live.module.css";

interface Props {
  /** What it is, for those who hear the page. */
  label: string;
  title: string;
  /** What goes on now. */
  status: string;
  /** Why it is over. */
  trouble: string | null;
  /** How loud it is, from 0 to 1. */
  level: number;
  children: ReactNode;
}

/** One thing that goes on between this page and the meeting: how loud it is, and what can be done. */
export function Strip({ label, title, status, trouble, level, children }: Props) {
  const percent = Math.round(level * 100);
  return (
    <section className={styles.strip} aria-label={label}>
      <p className={styles.what}>
        <b>{title}</b>
        <span role="status">{trouble === null && status}</span>
        <span role="alert">{trouble}</span>
      </p>
      {trouble === null && (
        <span className={styles.meter} role="meter" aria-label="Level" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
          <span style={{ scale: `${level} 1` }} />
        </span>
      )}
      <div className={styles.acts}>{children}</div>
    </section>
  );
}
