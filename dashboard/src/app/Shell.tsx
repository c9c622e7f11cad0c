import { Suspense } from "react";
import { Player } from "../recordings/Player";
import { useMeetings } from "../meetings/useMeetings";
import { Bar } from "./Bar";
import { Home } from "./Home";
import { serverPlaces } from "./places";
import { useParameter } from "./route";
import styles from "./Shell.module.css";
import { useOpened } from "./useOpened";

/** The frame around every page: the bar above it, the player below it. */
export function Shell({ onForget }: { onForget: () => void }) {
  const meetings = useMeetings();
  const page = useParameter("page");
  const current = useOpened(meetings);
  const place = serverPlaces.find(({ id }) => id === page);
  return (
    <Player>
      <div className={styles.shell}>
        <Bar page={place?.id ?? null} meetings={meetings} current={current} onForget={onForget} />
        {place ? (
          <main className={styles.main} data-whole>
            <Suspense>
              <place.View />
            </Suspense>
          </main>
        ) : (
          <Home meetings={meetings} current={current} />
        )}
      </div>
    </Player>
  );
}
