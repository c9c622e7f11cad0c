import { useEffect, useRef } from "react";
import { usePlayed, usePlayer } from "../recordings/usePlayback";
import type { View } from "../recordings/useView";
import { between } from "../ui/time";
import styles from "./Chart.module.css";

/** The line at what is heard now, on the clock of the meeting. */
export function MeetingHead({ createdAt, view }: { createdAt: string; view: View }) {
  const playback = usePlayer();
  const line = useRef<HTMLSpanElement>(null);
  const startedAt = usePlayed((playing) => playing?.segment.startedAt ?? null);
  const isOn = usePlayed((playing) => playing?.state === "playing");
  const position = usePlayed((playing) => (playing?.state === "playing" ? 0 : (playing?.position ?? 0)));
  useEffect(() => {
    if (startedAt === null) return;
    let frame = 0;
    const place = () => {
      const share = (between(createdAt, startedAt) + playback.now() - view.from) / (view.to - view.from);
      if (line.current) {
        line.current.style.left = `${Math.min(1, Math.max(0, share)) * 100}%`;
        line.current.hidden = share < 0 || share > 1;
      }
      if (isOn) frame = requestAnimationFrame(place);
    };
    place();
    return () => cancelAnimationFrame(frame);
  }, [createdAt, startedAt, isOn, position, view, playback]);
  return startedAt === null ? null : <span ref={line} className={styles.head} />;
}
