import { span } from "../ui/time";
import { useNow } from "../ui/useNow";
import styles from "./RoomCard.module.css";

/** How long a room stays. It is no pleasure to hear. */
export function Countdown({ until }: { until: number }) {
  const now = useNow(250);
  return (
    <span className={styles.countdown} aria-hidden="true">
      {span(Math.ceil((until - now) / 1000))}
    </span>
  );
}
