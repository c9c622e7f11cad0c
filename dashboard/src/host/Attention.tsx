import { useOrder } from "../api/useOrder";
import { AdmitParticipantsDocument, AnswerHelpDocument, DenyParticipantsDocument, type HelpOutcome } from "../gql/documents";
import type { Meeting, Participant } from "../meeting/state";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import { count } from "../ui/words";
import styles from "./Host.module.css";
import { useHosting } from "./hosting";

/** Who waits for a host: to be let in, or for help. */
export function Attention({ meeting }: { meeting: Meeting }) {
  const people = [...meeting.participants.values()];
  const waiting = people.filter((who) => who.waits);
  const asking = people.filter((who) => who.needsHelp && who.roomId !== null);
  if (meeting.endedAt !== null) return null;
  return (
    <>
      {asking.length > 0 && <Asking meeting={meeting} people={asking} />}
      {waiting.length > 0 && <Waiting meetingId={meeting.id} people={waiting} />}
    </>
  );
}

function Waiting({ meetingId, people }: { meetingId: string; people: readonly Participant[] }) {
  const { may } = useHosting();
  const orders = useOrder();
  const admit = (participantIds?: string[]) => void orders.give(AdmitParticipantsDocument, { meetingId, participantIds: participantIds ?? null });
  const deny = (id: string) => void orders.give(DenyParticipantsDocument, { meetingId, participantIds: [id] });
  return (
    <section className={styles.attention} aria-label="Waiting room">
      <header>
        <h3>{count(people.length, "person waits", "people wait")} to be let in</h3>
        {may && people.length > 1 && <Button onPress={() => admit()}>Let everybody in</Button>}
      </header>
      <ul>
        {people.map((who) => (
          <li key={who.id}>
            <span>
              {who.name}
              {who.isBot && " (bot)"}
            </span>
            {may && (
              <>
                <Button onPress={() => admit([who.id])} aria-label={`Let in ${who.name}`}>
                  Let in
                </Button>
                <Button kind="quiet" onPress={() => deny(who.id)} aria-label={`Turn away ${who.name}`}>
                  Turn away
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      <Refusals of={orders.refusals} />
    </section>
  );
}

const answers: readonly (readonly [HelpOutcome, string])[] = [
  ["JOINED", "A host comes"],
  ["LATER", "Later"],
  ["BUSY", "Too busy"],
];

function Asking({ meeting, people }: { meeting: Meeting; people: readonly Participant[] }) {
  const { may } = useHosting();
  const orders = useOrder();
  return (
    <section className={styles.attention} aria-label="Requests for help">
      <header>
        <h3>{count(people.length, "request")} for help</h3>
      </header>
      <ul>
        {people.map((who) => (
          <li key={who.id}>
            <span>
              {who.name} in {meeting.rooms.get(who.roomId ?? "")?.name ?? "a room"}
            </span>
            {may &&
              answers.map(([outcome, text]) => (
                <Button key={outcome} onPress={() => void orders.give(AnswerHelpDocument, { participantId: who.id, outcome })} aria-label={`Answer ${who.name}: ${text}`}>
                  {text}
                </Button>
              ))}
          </li>
        ))}
      </ul>
      <Refusals of={orders.refusals} />
    </section>
  );
}
