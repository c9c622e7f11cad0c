import { Button, Group } from "react-aria-components";
import { FitIcon, MinusIcon, PlusIcon } from "./icons";
import type { useView } from "./useView";
import styles from "./ZoomTools.module.css";

interface Props {
  zoom: ReturnType<typeof useView>;
  /** The time that stays where it is, in seconds; the middle of what is seen unless it is given. */
  at?: number | undefined;
}

/** How much of the time is seen. */
export function ZoomTools({ zoom, at }: Props) {
  return (
    <Group className={styles.tools} aria-label="How much is seen">
      <Button aria-label="See more" isDisabled={zoom.isWhole} onPress={() => zoom.zoom(2, at)}>
        <MinusIcon size={14} />
      </Button>
      <Button aria-label="Come closer" onPress={() => zoom.zoom(0.5, at)}>
        <PlusIcon size={14} />
      </Button>
      <Button aria-label="See all of it" isDisabled={zoom.isWhole} onPress={zoom.whole}>
        <FitIcon size={14} />
      </Button>
    </Group>
  );
}
