import { useMemo, useState } from "react";
import { Button, GridList, GridListItem, isTextDropItem, useDragAndDrop } from "react-aria-components";
import { useHosting } from "../host/hosting";
import type { Bot, Participant, Room } from "../meeting/state";
import { GripIcon } from "../ui/icons";
import { BotBody } from "./BotChip";
import { personStyle } from "./hue";
import { PersonBody } from "./Person";
import styles from "./Person.module.css";

/** How many people of a room are shown at once: the others by a button, or by searching. */
const step = 60;

/** What is carried from room to room: a participant's id. */
const carried = "application/x-breakout-participant";

interface Props {
  room: Room;
  /** Who is in the room, people first. */
  people: readonly Participant[];
  /** Who belongs into the room and is elsewhere. */
  expected: readonly Participant[];
  botOf: ReadonlyMap<string | null, Bot>;
  recordedBy: readonly string[];
}

/** The people and bots of a room. Who may steer carries them to other rooms, by mouse, touch or keyboard. */
export function People({ room, people: all, expected: later, botOf, recordedBy }: Props) {
  const { may, chosen, choose } = useHosting();
  const [most, setMost] = useState(step);
  const people = all.slice(0, most);
  const expected = later.slice(0, most);
  const more = Math.max(all.length, later.length) - most;
  const hooks = useCarrying(room, people, expected);
  const body = (who: Participant) => {
    const bot = botOf.get(who.id) ?? null;
    if (who.isBot) return <BotBody name={who.name} bot={bot} recording={bot !== null && recordedBy.includes(bot.id)} />;
    return <PersonBody who={who} />;
  };
  return (
    <>
      <GridList
        key={may ? "hosted" : "watched"} // a list with carrying calls other hooks than one without
        aria-label={`In ${room.name}`}
        className={styles.people ?? ""}
        layout="grid"
        selectionMode={may ? "multiple" : "none"}
        selectedKeys={chosen}
        onSelectionChange={(keys) => choose(keys === "all" ? new Set([...people, ...expected].map((who) => who.id)) : new Set([...keys].map(String)))}
        {...(may ? { dragAndDropHooks: hooks } : {})}
        renderEmptyState={() => <span className={styles.nobody}>{room.state === "OPEN" ? "Nobody is here" : "Empty"}</span>}
      >
        {[...people, ...expected].map((who, i) => (
          <GridListItem
            key={who.id}
            id={who.id}
            textValue={who.name}
            className={(who.isBot ? styles.bot : styles.person) ?? ""}
            style={personStyle(who.number)}
            data-flip={i < people.length ? who.id : undefined}
            data-expected={i < people.length ? undefined : true}
            data-failed={botOf.get(who.id)?.statusCode === "fatal" || undefined}
          >
            {body(who)}
            {i >= people.length && <span className="heard">is expected</span>}
            {may && (
              <Button slot="drag" className={styles.grip ?? ""}>
                <GripIcon size={13} />
              </Button>
            )}
          </GridListItem>
        ))}
      </GridList>
      {more > 0 && (
        <Button className={styles.more ?? ""} onPress={() => setMost(most + step)}>
          {more} more
        </Button>
      )}
    </>
  );
}

/** How participants are carried out of a room and into it. */
function useCarrying(room: Room, people: readonly Participant[], expected: readonly Participant[]) {
  const { chosen, send } = useHosting();
  const names = useMemo(() => new Map([...people, ...expected].map((who) => [who.id, who.name])), [people, expected]);
  const { dragAndDropHooks } = useDragAndDrop({
    // Who is chosen in other rooms comes along.
    getItems: (keys) =>
      [...new Set([...keys, ...([...keys].some((key) => chosen.has(String(key))) ? chosen : [])])].map((id) => ({
        [carried]: String(id),
        "text/plain": names.get(String(id)) ?? "",
      })),
    acceptedDragTypes: [carried],
    getDropOperation: (target) => (target.type === "root" ? "move" : "cancel"),
    onRootDrop: ({ items }) => {
      const texts = items.filter(isTextDropItem).map((item) => item.getText(carried));
      void Promise.all(texts).then((ids) => send(ids, room));
    },
  });
  return dragAndDropHooks;
}
