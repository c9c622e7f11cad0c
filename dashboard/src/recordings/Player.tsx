import { useEffect, useMemo, type ReactNode } from "react";
import { Button, Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components";
import { useConnection } from "../api/connection";
import { CloseIcon, PauseIcon, PlayIcon } from "../ui/icons";
import { clock, span } from "../ui/time";
import { Playback } from "./playback";
import styles from "./Player.module.css";
import { readTracks } from "./tracks";
import { PlaybackContext, usePlayback } from "./usePlayback";

/** Lets the page inside play recordings, and shows the player while it does. */
export function Player({ children }: { children: ReactNode }) {
  const { api } = useConnection();
  const playback = useMemo(() => new Playback((segment) => readTracks(api, segment)), [api]);
  useEffect(() => () => playback.close(), [playback]);
  return (
    <PlaybackContext value={playback}>
      {children}
      <PlayerBar />
    </PlaybackContext>
  );
}

const rates = [1, 1.25, 1.5, 2, 0.75];

function PlayerBar() {
  const { playback, playing } = usePlayback();
  if (!playing) return null;
  const { segment, track, from, to, position, rate, state, error } = playing;
  const name = track?.name ?? "Everybody";
  return (
    <section className={styles.bar} aria-label="Player">
      <Button className={styles.toggle} aria-label={state === "playing" ? "Pause" : "Play"} onPress={() => playback.toggle()} isDisabled={state === "loading"}>
        {state === "playing" ? <PauseIcon size={18} /> : <PlayIcon size={18} />}
      </Button>
      <p className={styles.what}>
        <b>
          {name} in {segment.roomName}
        </b>
        <span role="status" data-trouble={error !== null || undefined}>
          {error ?? `recorded by ${segment.botName}, ${clock(segment.startedAt)}`}
        </span>
      </p>
      <Slider
        className={styles.slider}
        aria-label="Position"
        minValue={from}
        maxValue={Math.max(to, from + 0.1)}
        step={0.1}
        value={Math.min(Math.max(position, from), to)}
        onChange={(value) => playback.seek(value)}
      >
        <SliderTrack className={styles.track}>
          {({ state: slider }) => (
            <>
              <span className={styles.groove} />
              <span className={styles.fill} style={{ width: `${slider.getThumbPercent(0) * 100}%` }} />
              <SliderThumb className={styles.thumb} />
            </>
          )}
        </SliderTrack>
        <SliderOutput className={styles.time}>{() => `${span(position - from)} / ${span(to - from)}`}</SliderOutput>
      </Slider>
      <Button className={styles.rate} aria-label={`Speed ${rate}: press for the next`} onPress={() => playback.setRate(rates[(rates.indexOf(rate) + 1) % rates.length] ?? 1)}>
        {rate}×
      </Button>
      <Button className={styles.close} aria-label="Close the player" onPress={() => playback.close()}>
        <CloseIcon />
      </Button>
    </section>
  );
}
