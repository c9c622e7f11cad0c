package dashboard

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// get asks the handler for a path, as a browser that understands gzip does.
func get(t *testing.T, path string) *http.Response {
	t.Helper()
	handler, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestPagesKeepToThemselves(t *testing.T) {
	for _, path := range []string{"/", "/graphiql"} {
		response := get(t, path)
		page := read(t, response.Body)
		if response.StatusCode != http.StatusOK || !strings.Contains(page, `id="page"`) {
			t.Errorf("%s answers %s: %.80s", path, response.Status, page)
		}
		if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if found := regexp.MustCompile(`(src|href)="(https?:)?//`).FindString(page); found != "" {
			t.Errorf("%s refers to another server: %s", path, found)
		}
	}
}

func TestScriptsAndStylesAreCompressed(t *testing.T) {
	page := read(t, get(t, "/").Body)
	assets := regexp.MustCompile(`/assets/[^"]+\.(?:js|css)`).FindAllString(page, -1)
	if len(assets) < 2 {
		t.Fatalf("the page has only these scripts and styles: %v", assets)
	}
	for _, asset := range assets {
		response := get(t, asset)
		if response.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
			t.Fatalf("%s answers %s with %v", asset, response.Status, response.Header)
		}
		small, err := gzip.NewReader(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		want, err := built.ReadFile("dist" + asset)
		if err != nil {
			t.Fatal(err)
		}
		if read(t, small) != string(want) {
			t.Errorf("%s is not what was built", asset)
		}
	}
}

func TestWhatIsNotThereIsSaidSo(t *testing.T) {
	for _, path := range []string{"/nowhere", "/assets/nothing.js"} {
		if response := get(t, path); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %s", path, response.Status)
		}
	}
}
