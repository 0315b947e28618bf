package scan

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/octocode/octocode-ci/ci/pins"
)

// The checksum is that of the checksum database: another one is another Trivy.
func TestScannerIsPinned(t *testing.T) {
	mod, err := os.ReadFile("scanner/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("scanner/go.sum")
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/aquasecurity/trivy "
	if !strings.Contains(string(mod), module+TrivyVersion) {
		t.Errorf("scanner/go.mod does not require Trivy %s", TrivyVersion)
	}
	if strings.Contains(string(mod), "\nreplace") {
		t.Error("scanner/go.mod replaces a module, which no checksum covers")
	}
	if want := module + TrivyVersion + " h1:B2/h1Aehsq/zykg0jxpWUlOX7e3UXpbxjZZs/0vNlC4=\n"; !strings.Contains(string(sum), want) {
		t.Errorf("scanner/go.sum has no line %q", want)
	}
	if !strings.HasSuffix(pins.Scanner.Ref, ":"+TrivyVersion) {
		t.Errorf("ci/pins names %s, not Trivy %s", pins.Scanner.Ref, TrivyVersion)
	}
	if slices.Contains(malicious, TrivyVersion) {
		t.Errorf("Trivy %s is malicious", TrivyVersion)
	}
}
