import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import styles from "./EventDetail.module.css";

/** Copies a text, and says that it has. */
export function Copy({ what, text }: { what: string; text: string }) {
  const [done, setDone] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setDone("copied"),
      () => setDone("refused"),
    );
  };
  return (
    <Button className={styles.tool} onPress={copy}>
      <span aria-live="polite">{done === "copied" ? "Copied" : done === "refused" ? "The browser forbids it" : `Copy ${what}`}</span>
    </Button>
  );
}
