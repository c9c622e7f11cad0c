package journal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/gen/ent/botmetadata"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestADatabaseHoldsOneLivingBotPerKey writes bots under a deduplication key, past
// everybody who looks first: the database itself refuses the second.
func TestADatabaseHoldsOneLivingBotPerKey(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		j := open(t, address)
		ctx := access.AsSystem(t.Context())
		id := uniqueID()
		owner := "ws_" + string(id)
		newMeeting(t, j, id, owner)
		number := 0
		write := func(key, role string) (meeting.BotRef, error) {
			number++
			who := meeting.BotRef{ID: meeting.BotID(fmt.Sprintf("bot_%s_%d", id, number)), Name: "Bot"}
			fact := meeting.BotCreated{BotOrder: meeting.BotOrder{Mode: "join_main_room", DeduplicationKey: key, Metadata: map[string]string{"role": role}}}
			_, err := j.Append(t.Context(), id, meeting.Event{At: time.Now(), Bot: &who, Fact: fact})
			return who, err
		}
		first, err := write("standup", "notes")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := write("standup", "notes"); !ent.IsConstraintError(err) {
			t.Errorf("a second bot under the key was answered by %v", err)
		}
		for range 2 { // without a key there are as many as are wanted
			if _, err := write("", "coach"); err != nil {
				t.Error(err)
			}
		}
		done := meeting.BotStatusChanged{Code: meeting.StatusDone}
		if _, err := j.Append(t.Context(), id, meeting.Event{At: time.Now(), Bot: &first, Fact: done}); err != nil {
			t.Fatal(err)
		}
		if _, err := write("standup", "notes"); err != nil {
			t.Errorf("the key of a bot that is done is not free: %v", err)
		}
		for role, want := range map[string]int{"notes": 2, "coach": 2, "host": 0} {
			noted := botmetadata.And(botmetadata.Key("role"), botmetadata.Value(role))
			if got := j.client.Bot.Query().Where(bot.WorkspaceID(owner), bot.HasEntriesWith(noted)).CountX(ctx); got != want {
				t.Errorf("%d bots have the role %s, not %d", got, role, want)
			}
		}
	})
}
