import { Button as Pressed, type ButtonProps } from "react-aria-components";
import styles from "./Button.module.css";

interface Props extends Omit<ButtonProps, "className"> {
  /** What it is among its neighbours: what people most likely want, one of several, or one that takes little notice. */
  kind?: "primary" | "plain" | "quiet" | "danger";
}

/** A button of the page. */
export function Button({ kind = "plain", ...rest }: Props) {
  return <Pressed {...rest} className={styles.button ?? ""} data-kind={kind} />;
}
