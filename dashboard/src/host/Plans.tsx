import { useOrder } from "../api/useOrder";
import { ApplyPlanDocument, DeletePlanDocument } from "../gql/documents";
import { Button } from "../ui/Button";
import { Refusals } from "../ui/Refusals";
import { count } from "../ui/words";
import styles from "./Host.module.css";
import { ImportPlan } from "./ImportPlan";
import { useDetails, type Details } from "./useDetails";

/** The plans of a meeting, and how to bring another one from a file. */
export function Plans({ meetingId }: { meetingId: string }) {
  const { details, error, reread } = useDetails(meetingId);
  return (
    <>
      {error !== null && <p role="alert">{error}</p>}
      {details && details.plans.length > 0 && (
        <ul className={styles.plans}>
          {details.plans.map((plan) => (
            <PlanRow key={plan.name} meetingId={meetingId} plan={plan} applied={plan.name === details.appliedPlan} onChange={reread} />
          ))}
        </ul>
      )}
      <ImportPlan meetingId={meetingId} onDone={reread} />
    </>
  );
}

interface RowProps {
  meetingId: string;
  plan: Details["plans"][number];
  applied: boolean;
  onChange: () => void;
}

function PlanRow({ meetingId, plan: { name, rooms }, applied, onChange }: RowProps) {
  const orders = useOrder();
  const people = rooms.reduce((sum, room) => sum + room.people.length, 0);
  const give = async (document: typeof ApplyPlanDocument | typeof DeletePlanDocument) => {
    if (document === ApplyPlanDocument ? await orders.give(ApplyPlanDocument, { meetingId, name }) : await orders.give(DeletePlanDocument, { meetingId, name })) onChange();
  };
  return (
    <li className={styles.plan}>
      <span>
        <b>{name}</b>
        <small>
          {count(rooms.length, "room")}, {count(people, "person", "people")}
          {applied && ", applied"}
        </small>
      </span>
      <Button kind="primary" onPress={() => void give(ApplyPlanDocument)} isPending={orders.busy} aria-label={`Apply ${name}`}>
        Apply
      </Button>
      <Button kind="danger" onPress={() => void give(DeletePlanDocument)} aria-label={`Delete ${name}`}>
        Delete
      </Button>
      <Refusals of={orders.refusals} />
    </li>
  );
}
