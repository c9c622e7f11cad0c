import { lazy, Suspense, useState } from "react";
import { NoScope } from "../access/NoScope";
import { useMay } from "../access/viewer";
import { useOrder, type Orders } from "../api/useOrder";
import {
  AssignAutomaticallyDocument,
  CloseRoomsDocument,
  EndMeetingDocument,
  ExtendRoundDocument,
  InviteToReturnDocument,
  OpenRoomsDocument,
  ResetRoomsDocument,
} from "../gql/documents";
import type { Meeting } from "../meeting/state";
import { Button } from "../ui/Button";
import { DownIcon } from "../ui/icons";
import { Menu, type Act } from "../ui/Menu";
import { Panel } from "../ui/Panel";
import { Refusals } from "../ui/Refusals";
import styles from "./Host.module.css";
import { NewRooms } from "./NewRooms";

const Broadcast = lazy(async () => ({ default: (await import("./Broadcast")).Broadcast }));
const Options = lazy(async () => ({ default: (await import("./Options")).Options }));
const Plans = lazy(async () => ({ default: (await import("./Plans")).Plans }));

/** What opens in front of the page, by its title. */
const panels = { add: "Add rooms", recreate: "New rooms instead", broadcast: "Say to the rooms", options: "Options", plans: "Plans" };
type PanelName = keyof typeof panels;

/** What a host can do with the whole meeting. */
export function HostBar({ meeting }: { meeting: Meeting }) {
  const may = useMay("CONTROL");
  const orders = useOrder();
  const [panel, setPanel] = useState<PanelName | null>(null);
  const close = () => setPanel(null);
  if (meeting.endedAt !== null) return null;
  if (!may) return <NoScope scope="CONTROL" what="steer" />;
  if (meeting.rooms.size < 2) return <Start meeting={meeting} onPanel={setPanel} panel={panel} onClose={close} />;
  return (
    <section className={styles.bar} aria-label="Host">
      <div className={styles.acts}>
        <RoundActs meeting={meeting} orders={orders} onPanel={setPanel} />
        <MeetingActs meeting={meeting} orders={orders} onPanel={setPanel} />
      </div>
      <Refusals of={orders.refusals} />
      <Opened panel={panel} meeting={meeting} onClose={close} />
    </section>
  );
}

interface ActsProps {
  meeting: Meeting;
  orders: Orders;
  onPanel: (name: PanelName) => void;
}

/** What comes next in the round: opening, or closing with what is done meanwhile. */
function RoundActs({ meeting: { id: meetingId, round }, orders, onPanel }: ActsProps) {
  const close = (countdownSeconds: number | null) => void orders.give(CloseRoomsDocument, { meetingId, countdownSeconds });
  const extend = (minutes: number): Act => ({
    id: `extend${minutes}`,
    text: `${minutes > 0 ? "+" : "−"}${Math.abs(minutes)} min`,
    run: () => void orders.give(ExtendRoundDocument, { meetingId, seconds: minutes * 60 }),
  });
  const say = <Button onPress={() => onPanel("broadcast")}>Say to the rooms…</Button>;
  if (round?.state === "CLOSING")
    return (
      <>
        <Button kind="primary" onPress={() => close(null)} isPending={orders.busy}>
          Close now
        </Button>
        {say}
      </>
    );
  if (round?.state === "OPEN")
    return (
      <>
        <Button kind="primary" onPress={() => close(null)} isPending={orders.busy}>
          Close rooms
        </Button>
        <Menu
          label="Close after"
          button={
            <Button aria-label="Close after another countdown">
              Close after <DownIcon />
            </Button>
          }
          acts={[0, 10, 30, 60, 120].map((s) => ({ id: `close${s}`, text: s === 0 ? "At once" : `${s} s`, run: () => close(s) }))}
        />
        <Menu
          label="Time"
          button={
            <Button>
              Time <DownIcon />
            </Button>
          }
          acts={[1, 5, 10, -1, -5].map(extend)}
        />
        {say}
        <Button onPress={() => void orders.give(InviteToReturnDocument, { meetingId })}>Call everybody back</Button>
      </>
    );
  return (
    <Button kind="primary" onPress={() => void orders.give(OpenRoomsDocument, { meetingId })} isPending={orders.busy}>
      Open rooms
    </Button>
  );
}

/** What can be done in every round. */
function MeetingActs({ meeting: { id: meetingId, round }, orders, onPanel }: ActsProps) {
  const open = round?.state === "OPEN" || round?.state === "CLOSING";
  const spread = (more: { unassignedOnly?: boolean; includeHosts?: boolean }) => () => void orders.give(AssignAutomaticallyDocument, { meetingId, ...more });
  const assign: Act[] = [
    { id: "all", text: "Everybody anew", detail: "Evenly and at random, hosts apart", run: spread({}) },
    { id: "rest", text: "Those without a room", run: spread({ unassignedOnly: true }) },
    { id: "hosts", text: "Hosts too", detail: "Evenly and at random", run: spread({ includeHosts: true }) },
    { id: "plans", text: "By a plan…", detail: "From a CSV file", run: () => onPanel("plans") },
  ];
  const rooms: Act[] = [
    ...(open ? [] : [{ id: "add", text: "Add rooms…", run: () => onPanel("add") }]),
    ...(open ? [] : [{ id: "recreate", text: "New rooms instead…", detail: "Those of now are deleted", run: () => onPanel("recreate") }]),
    ...(open ? [] : [{ id: "reset", text: "Delete all rooms", danger: true, run: () => void orders.give(ResetRoomsDocument, { meetingId }) }]),
    { id: "options", text: "Options…", run: () => onPanel("options") },
    { id: "end", text: "End the meeting", detail: "For everybody", danger: true, run: () => void orders.tell(EndMeetingDocument, { meetingId }) },
  ];
  return (
    <>
      <Menu
        label="Assign"
        acts={assign}
        button={
          <Button>
            Assign <DownIcon />
          </Button>
        }
      />
      <Menu
        label="Meeting"
        acts={rooms}
        button={
          <Button>
            Meeting <DownIcon />
          </Button>
        }
      />
    </>
  );
}

function Opened({ panel, meeting, onClose }: { panel: PanelName | null; meeting: Meeting; onClose: () => void }) {
  return (
    <Panel title={panel === null ? "" : panels[panel]} isOpen={panel !== null} onClose={onClose}>
      <Suspense>
        {panel === "add" && <NewRooms meetingId={meeting.id} onDone={onClose} />}
        {panel === "recreate" && <NewRooms meetingId={meeting.id} instead onDone={onClose} />}
        {panel === "broadcast" && <Broadcast meeting={meeting} onDone={onClose} />}
        {panel === "options" && <Options meetingId={meeting.id} onDone={onClose} />}
        {panel === "plans" && <Plans meetingId={meeting.id} />}
      </Suspense>
    </Panel>
  );
}

/** What to do first: there are no breakout rooms. */
function Start({ meeting, panel, onPanel, onClose }: { meeting: Meeting; panel: PanelName | null; onPanel: (name: PanelName) => void; onClose: () => void }) {
  return (
    <section className={styles.start} aria-label="Host">
      <h3>Make breakout rooms</h3>
      <NewRooms meetingId={meeting.id} />
      <div className={styles.acts}>
        <Button onPress={() => onPanel("plans")}>From a CSV file…</Button>
        <Button onPress={() => onPanel("options")}>Options…</Button>
      </div>
      <Opened panel={panel} meeting={meeting} onClose={onClose} />
    </section>
  );
}
