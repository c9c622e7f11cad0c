package webhook_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// TestSignaturesOfTheSpecification holds signatures against those that the libraries
// of Standard Webhooks and Svix are tested with.
func TestSignaturesOfTheSpecification(t *testing.T) {
	for secret, want := range map[string]string{
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw":            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw":                  "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		"whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=": "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==",
	} {
		signer, err := webhook.ParseSecret(secret)
		if err != nil {
			t.Fatal(err)
		}
		got := signer.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 999), []byte(`{"test": 2432232314}`))
		if got != want {
			t.Errorf("%s signs %s, not %s", secret, got, want)
		}
	}
}

func TestSecretsAreReadBack(t *testing.T) {
	for signing, prefix := range map[meeting.Signing]string{meeting.SigningHMAC: "whsec_", meeting.SigningEd25519: "whsk_"} {
		made := webhook.NewSigner(signing)
		again, err := webhook.ParseSecret(made.Secret())
		at, body := time.Unix(1, 0), []byte("{}")
		if err != nil || !strings.HasPrefix(made.Secret(), prefix) || again.Sign("m", at, body) != made.Sign("m", at, body) {
			t.Errorf("%s: %v", signing, err)
		}
		if isPublic := strings.HasPrefix(made.PublicKey(), "whpk_"); isPublic != (signing == meeting.SigningEd25519) {
			t.Errorf("the public key of %s is %q", signing, made.PublicKey())
		}
		if shown := fmt.Sprintf("%v %+v %s", made, made, made); strings.Contains(shown, made.Secret()[6:]) || strings.Contains(shown, "[") {
			t.Errorf("a log would show %s", shown)
		}
	}
	encoded := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for _, bad := range []string{"", "whsec_", "whsec_###", "whsec_" + encoded(23), "whsec_" + encoded(65), "whsk_" + encoded(31), "whsk_" + encoded(64)} {
		if _, err := webhook.ParseSecret(bad); err == nil {
			t.Errorf("%q is taken as a secret", bad)
		}
	}
}
