import { useDeferredValue, useMemo, useState } from "react";
import type { MeetingViewProps } from "../app/places";
import { addressOf, go, replace, useSearch } from "../app/route";
import type { MeetingEvent } from "../meeting/state";
import { EventDetail } from "./EventDetail";
import { EventTable } from "./EventTable";
import styles from "./EventsView.module.css";
import { FilterBar } from "./FilterBar";
import { filterIn, parametersOf, wants, type Filter } from "./filter";
import { keptEvents } from "./history";
import { Tail } from "./Tail";

/** The cursor in an address that stands for the meeting's beginning. */
const beginning = "start";

/** All events of a meeting, live: filtered, and one of them in full. The address holds the filter and the cursor before the event. */
export function EventsView({ meeting, feed }: MeetingViewProps) {
  const search = useSearch();
  const { filter, setFilter, after } = useAddress(meeting.id, search);
  const all = useMemo(() => feed.past.concat(feed.live).slice(-keptEvents), [feed.past, feed.live]);
  const wanted = useDeferredValue(filter);
  const found = useMemo(() => all.filter(wants(wanted)).reverse(), [all, wanted]);
  const chosen = useMemo(() => (after === null ? null : eventAfter(all, after)), [all, after]);
  const show = (event: MeetingEvent | null) => {
    const before = event && (event.sequence === 1 ? beginning : cursorBefore(all, event));
    go(addressOf(meeting.id, "events", { ...parametersOf(filter), ...(before !== null && { after: before }) }));
  };

  return (
    <div className={styles.view} data-open={after !== null || undefined}>
      <div className={styles.list}>
        <FilterBar meeting={meeting} filter={filter} onChange={setFilter} />
        <EventTable meeting={meeting} events={found} chosen={chosen} onChoose={show} />
        <Tail meetingId={meeting.id} feed={feed} found={found.length} all={all.length} />
      </div>
      {after !== null && <EventDetail key={after} meeting={meeting} after={after === beginning ? null : after} onClose={() => show(null)} />}
    </div>
  );
}

/** The filter and the event of the address. What is typed waits in the field until React has a moment. */
function useAddress(meetingId: string, search: string) {
  const address = useMemo(() => new URLSearchParams(search), [search]);
  const [typed, setTyped] = useState({ search, filter: filterIn(address) });
  const filter = typed.search === search ? typed.filter : filterIn(address);
  const after = address.get("after");
  const setFilter = (next: Filter) => {
    const target = addressOf(meetingId, "events", { ...parametersOf(next), ...(after !== null && { after }) });
    setTyped({ search: target.slice(1), filter: next });
    replace(target);
  };
  return { filter, setFilter, after };
}

function cursorBefore(all: readonly MeetingEvent[], event: MeetingEvent): string | null {
  return all.find(({ sequence }) => sequence === event.sequence - 1)?.cursor ?? null;
}

function eventAfter(all: readonly MeetingEvent[], after: string): MeetingEvent | null {
  if (after === beginning) return all.find(({ sequence }) => sequence === 1) ?? null;
  const i = all.findIndex(({ cursor }) => cursor === after);
  return i < 0 ? null : (all[i + 1] ?? null);
}
