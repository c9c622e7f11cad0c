import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { UpdateOptionsDocument, type OptionsFragment } from "../gql/documents";
import { Choice, Tick, Whole } from "../ui/Field";
import { Form } from "../ui/Form";
import styles from "./Host.module.css";
import { useDetails } from "./useDetails";

type Settings = Omit<OptionsFragment, "__typename">;
type Switch = { [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never }[keyof Settings];

/** The switches, in groups. */
const groups: readonly (readonly [string, readonly (readonly [Switch, string])[]])[] = [
  [
    "Going to rooms and back",
    [
      ["moveInAutomatically", "Send people to their rooms without asking"],
      ["moveBackAutomatically", "Take people back without asking"],
      ["allowReturn", "People may return to the main room early"],
      ["chooseRoom", "People may choose their room"],
      ["timerCloses", "Close the rooms when the timer runs out"],
    ],
  ],
  [
    "In the rooms",
    [
      ["participantsBroadcast", "People may write to all rooms"],
      ["chat", "People may chat"],
      ["polls", "People may start polls"],
      ["screenShare", "People may share their screens"],
      ["recording", "People may record on their own machines"],
      ["botsAskToRecord", "Bots record only when a host lets them"],
    ],
  ],
  [
    "Coming in",
    [
      ["locked", "Nobody but hosts can join"],
      ["waitForHost", "Nobody joins before a host"],
      ["waitAgain", "Who comes back waits again"],
      ["waitForRooms", "Who goes to a breakout room waits there too"],
    ],
  ],
];

/** The host's settings of a meeting. */
export function Options({ meetingId, onDone }: { meetingId: string; onDone: () => void }) {
  const { details, error } = useDetails(meetingId);
  if (error !== null) return <p role="alert">{error}</p>;
  return details ? <Change meetingId={meetingId} before={details.options} onDone={onDone} /> : <p role="status">Reading the options…</p>;
}

function Change({ meetingId, before, onDone }: { meetingId: string; before: OptionsFragment; onDone: () => void }) {
  const orders = useOrder();
  const [settings, setSettings] = useState<Settings>(before);
  const set = (change: Partial<Settings>) => setSettings({ ...settings, ...change });
  const submit = async () => {
    if (await orders.give(UpdateOptionsDocument, { meetingId, options: changed(before, settings) })) onDone();
  };
  return (
    <Form act="Save" orders={orders} onSubmit={() => void submit()}>
      <div className={styles.pair}>
        <Whole label="Closing countdown, seconds" value={settings.closingCountdownSeconds} onChange={(closingCountdownSeconds) => set({ closingCountdownSeconds })} min={0} max={120} />
        <Whole label="Timer, seconds" hint="0 for none." value={settings.roundDurationSeconds} onChange={(roundDurationSeconds) => set({ roundDurationSeconds })} min={0} max={86400} />
        <Whole label="People in a room" hint="0 for no limit." value={settings.roomCapacity} onChange={(roomCapacity) => set({ roomCapacity })} min={0} max={1000} />
        <Choice
          label="Waiting room for"
          value={settings.waitingRoom}
          onChange={(waitingRoom) => set({ waitingRoom })}
          of={[
            ["OFF", "nobody"],
            ["BOTS", "bots"],
            ["EVERYBODY", "everybody"],
          ]}
        />
        <Choice
          label="Latecomers"
          value={settings.lateJoin}
          onChange={(lateJoin) => set({ lateJoin })}
          of={[
            ["MAIN", "stay in the main room"],
            ["FEWEST", "go to the emptiest room"],
          ]}
        />
        <Choice
          label="Who comes back"
          value={settings.rejoin}
          onChange={(rejoin) => set({ rejoin })}
          of={[
            ["ROOM", "goes on in the room"],
            ["MAIN", "waits in the main room"],
          ]}
        />
      </div>
      {groups.map(([title, switches]) => (
        <fieldset key={title} className={styles.group}>
          <legend>{title}</legend>
          {switches.map(([name, label]) => (
            <Tick key={name} label={label} value={settings[name]} onChange={(value) => set({ [name]: value })} />
          ))}
        </fieldset>
      ))}
    </Form>
  );
}

/** Only what was changed: a platform refuses what it does not offer, even when it is off. */
function changed(before: Settings, now: Settings): Partial<Settings> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => name !== "__typename" && before[name as keyof Settings] !== value));
}
