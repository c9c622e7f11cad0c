import type { Bot, Room } from "../meeting/state";
import { BotChip } from "./BotChip";
import type { RoomCoverage } from "./coverage";
import { roomStyle } from "./hue";
import styles from "./RoomStage.module.css";

interface Props {
  rooms: readonly Room[];
  bots: readonly Bot[];
  coverage: ReadonlyMap<string, RoomCoverage>;
}

/** What there was, when the meeting is over and everybody has left. */
export function Afterwards({ rooms, bots, coverage }: Props) {
  const failed = bots.filter((bot) => bot.statusCode === "fatal");
  return (
    <div className={styles.stage}>
      <div className={styles.afterwards}>
        <p>The meeting is over and everybody has left. These were its rooms:</p>
        <ul>
          {rooms.map((room) => (
            <li key={room.id} style={roomStyle(room.ordinal)}>
              {room.name}
              <Share of={coverage.get(room.id)} />
            </li>
          ))}
        </ul>
      </div>
      {failed.length > 0 && <Outside bots={failed} />}
    </div>
  );
}

function Share({ of }: { of: RoomCoverage | undefined }) {
  if (!of || of.occupiedSeconds < 1) return null;
  return <span className={styles.share}>{Math.floor(of.share * 100)} % recorded</span>;
}

/** The bots that are not in the meeting: on their way, finished or failed. */
export function Outside({ bots }: { bots: readonly Bot[] }) {
  return (
    <div className={styles.outside}>
      <h3>Not in the meeting</h3>
      <ul>
        {bots.map((bot) => (
          <BotChip key={bot.id} name={bot.name} bot={bot} flip={bot.participantId ?? bot.id} recording={false} />
        ))}
      </ul>
    </div>
  );
}
