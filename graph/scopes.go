package graph

import (
	"context"
	"errors"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/graph/limit"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// codeForbidden refuses what the viewer's key does not allow.
const codeForbidden = "FORBIDDEN"

// fieldsByScope says what each field of the schema's roots needs. A test holds it
// against the schema; a field that is missing here needs what nobody has.
var fieldsByScope = map[access.Scope]string{
	access.ScopeRead: `
		viewer node meeting meetings room bot bots segments connectedMeeting
		meetingEvents botEvents transcript`,
	access.ScopeControl: `
		createMeeting endMeeting updateOptions
		createRooms recreateRooms resetRooms renameRoom deleteRoom
		openRooms closeRooms openRoom closeRoom extendRound
		savePlan importPlan deletePlan applyPlan
		assign assignMany assignAutomatically unassign moveParticipant exchangeParticipants inviteToReturn
		broadcast answerHelp setRole renameParticipant removeParticipant admitParticipants denyParticipants
		savePreset deletePreset givePreset setMedia muteRoom startPoll endPoll allowRecording
		createBot createBots updateBot deleteBot moveBot removeBot coverRooms stopCovering
		pauseRecording resumeRecording requestRecordingPermission deleteRecording
		sendChatMessage speak stopSpeaking acceptInvitation declineInvitation createListenLink`,
	// What these do is done as a participant, or to the time that all of them share.
	access.ScopeSimulate: `
		enterRoom returnToMain answerInvitation askForHelp leaveMeeting
		sendChat answerPoll record startBroadcast stopBroadcast createGuestLink createSeatLink
		clock advanceClock holdClock releaseClock
		scenarios scenarioRuns scenarioRun playScenario stopScenario
		faultOverlays faultKinds injectFaults`,
	access.ScopeAdmin: `
		apiKeys auditEvents createApiKey rotateApiKey revokeApiKey
		webhookEndpoint webhookEndpoints deliveries createWebhookEndpoint updateWebhookEndpoint deleteWebhookEndpoint
		rotateWebhookSecret sendTestEvent replayDeliveries`,
}

// scopeOf is the scope of each field.
var scopeOf = func() map[string]access.Scope {
	scopes := make(map[string]access.Scope)
	for scope, fields := range fieldsByScope {
		for name := range strings.FieldsSeq(fields) {
			scopes[name] = scope
		}
	}
	return scopes
}()

// scoped refuses operations that the viewer's key does not allow, before anything of
// them is carried out. It is the one place for all of the door's transports.
type scoped struct{}

// ExtensionName names the extension (gqlgen).
func (scoped) ExtensionName() string { return "Scopes" }

// Validate has nothing to look at (gqlgen).
func (scoped) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext looks at an operation that has been read (gqlgen).
func (scoped) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, field := range limit.RootFields(operation.Operation.SelectionSet) {
		if strings.HasPrefix(field.Name, "__") {
			continue // introspection is for every key
		}
		err := access.Require(ctx, scopeOf[field.Name], field.Name)
		if missing, ok := errors.AsType[access.MissingScope](err); ok {
			return forbidden(field, missing)
		}
		if err != nil {
			return coded(&gqlerror.Error{}, codeUnauthenticated, noKey)
		}
	}
	return nil
}

// forbidden says which scope a field needs, for people and for programs.
func forbidden(field *ast.Field, missing access.MissingScope) *gqlerror.Error {
	refused := coded(&gqlerror.Error{Path: ast.Path{ast.PathName(field.Alias)}}, codeForbidden, missing.Error())
	refused.Extensions["scope"] = string(missing.Needed)
	return refused
}
