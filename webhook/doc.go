// Package webhook delivers a workspace's events to other people's servers: signed
// by Standard Webhooks, tried again for three days, each at least once.
//
// docs/webhooks.md tells of the messages.
package webhook
