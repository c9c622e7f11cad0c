import { useState } from "react";
import { useOrder } from "../api/useOrder";
import { CreateBotDocument, type BotMode } from "../gql/documents";
import type { Meeting } from "../meeting/state";
import { Choice, TextLine, TextLines } from "../ui/Field";
import { Form } from "../ui/Form";

const modes: readonly (readonly [BotMode, string])[] = [
  ["AUTO_ACCEPT_ALL_INVITES", "goes wherever it is sent"],
  ["JOIN_MAIN_ROOM", "stays in the main room"],
  ["JOIN_SPECIFIC_ROOM", "goes to one room"],
  ["FOLLOW_PARTICIPANT", "follows a participant"],
  ["MANUAL", "goes where you tell it"],
];

/** Sends a bot to the meeting. */
export function SendBot({ meeting, onDone }: { meeting: Meeting; onDone: () => void }) {
  const orders = useOrder();
  const [name, setName] = useState("BreakoutBot");
  const [mode, setMode] = useState<BotMode>("AUTO_ACCEPT_ALL_INVITES");
  const [roomId, setRoomId] = useState("");
  const [participantId, setParticipantId] = useState("");
  const [notice, setNotice] = useState("");
  const rooms = [...meeting.rooms.values()].filter((room) => room.kind === "BREAKOUT");
  const people = [...meeting.participants.values()].filter((who) => !who.isBot && who.roomId !== null);
  const submit = async () => {
    const breakoutRoom = {
      mode,
      roomId: mode === "JOIN_SPECIFIC_ROOM" ? roomId || null : null,
      participantId: mode === "FOLLOW_PARTICIPANT" ? participantId || null : null,
    };
    if (await orders.give(CreateBotDocument, { meetingId: meeting.id, name, breakoutRoom, consentNotice: notice.trim() || null })) onDone();
  };
  return (
    <Form act="Send it" orders={orders} onSubmit={() => void submit()}>
      <TextLine label="Name" value={name} onChange={setName} maxLength={100} required />
      <Choice label="The bot" value={mode} onChange={setMode} of={modes} />
      {mode === "JOIN_SPECIFIC_ROOM" && (
        <Choice label="Room" value={roomId} onChange={setRoomId} of={[["", "Choose a room"], ...rooms.map((room) => [room.id, room.name] as const)]} />
      )}
      {mode === "FOLLOW_PARTICIPANT" && (
        <Choice label="Whom" value={participantId} onChange={setParticipantId} of={[["", "Choose somebody"], ...people.map((who) => [who.id, who.name] as const)]} />
      )}
      <TextLines label="Notice" hint="What it writes to the chat of every room that it enters, so that people know of the recording." value={notice} onChange={setNotice} rows={2} maxLength={1000} />
    </Form>
  );
}
