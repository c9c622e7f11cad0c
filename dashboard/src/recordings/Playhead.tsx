import { useEffect, useRef } from "react";
import styles from "./Stage.module.css";
import { usePlayed, usePlayer } from "./usePlayback";
import type { View } from "./useView";

interface Props {
  segmentId: string;
  view: View;
  /** Called when what is heard is not in view any more. */
  onLeft: (now: number) => void;
}

/** The line at what is heard now. It moves with the screen, without rendering anything anew. */
export function Playhead({ segmentId, view, onLeft }: Props) {
  const playback = usePlayer();
  const line = useRef<HTMLSpanElement>(null);
  const isMine = usePlayed((playing) => playing?.segment.id === segmentId);
  const isOn = usePlayed((playing) => playing?.state === "playing");
  const position = usePlayed((playing) => (playing?.state === "playing" ? 0 : (playing?.position ?? 0)));

  useEffect(() => {
    if (!isMine) return;
    let frame = 0;
    const place = () => {
      const now = playback.now();
      const share = (now - view.from) / (view.to - view.from);
      if (line.current) {
        line.current.style.left = `${Math.min(1, Math.max(0, share)) * 100}%`;
        line.current.hidden = share < 0 || share > 1;
      }
      if (isOn && share > 1) onLeft(now);
      if (isOn) frame = requestAnimationFrame(place);
    };
    place();
    return () => cancelAnimationFrame(frame);
  }, [isMine, isOn, position, view, onLeft, playback]);

  return isMine ? <span ref={line} className={styles.playhead} /> : null;
}
