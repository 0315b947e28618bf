// The schemas command checks SARIF 2.1.0 and CycloneDX reports against the
// schemas that OASIS and OWASP publish. Both come inside Go modules, pinned by
// go.sum, so that nothing of them is copied here: SARIF's among the tests of
// gosec, CycloneDX's in its Go library. It needs `go` in its PATH.
//
//	go run . report.sarif sbom.cdx.json
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/securego/gosec/v2/report/sarif"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "schemas: give the files to check")
		os.Exit(2)
	}
	failed := false
	for _, name := range os.Args[1:] {
		format, err := checkFile(name)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			failed = true
			continue
		}
		fmt.Printf("%s: valid %s\n", name, format)
	}
	if failed {
		os.Exit(1)
	}
}

func checkFile(name string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	return check(data)
}

// check finds out the format of a report and checks it; it returns the format.
func check(report []byte) (string, error) {
	var head struct {
		Version     any    `json:"version"` // a text in SARIF, a number in CycloneDX
		Runs        []any  `json:"runs"`
		BOMFormat   string `json:"bomFormat"`
		SpecVersion string `json:"specVersion"`
	}
	if err := json.Unmarshal(report, &head); err != nil {
		return "", fmt.Errorf("no JSON: %w", err)
	}
	format, module, file := "", "", ""
	switch {
	case head.BOMFormat == cyclonedx.BOMFormat:
		format = "CycloneDX " + head.SpecVersion
		module, file = "github.com/CycloneDX/cyclonedx-go", "schema/bom-"+filepath.Base(head.SpecVersion)+".schema.json"
	case head.Runs != nil && head.Version == sarif.Version:
		format = "SARIF " + string(sarif.Version)
		module, file = "github.com/securego/gosec/v2", "report/sarif/testdata/sarif-schema-2.1.0.json"
	default:
		return "", fmt.Errorf("neither SARIF %s nor CycloneDX", sarif.Version)
	}
	schema, err := compile(module, file)
	if err != nil {
		return "", err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err != nil {
		return "", err
	}
	if err := schema.Validate(document); err != nil {
		return "", fmt.Errorf("no valid %s: %w", format, err)
	}
	return format, nil
}

// compile loads a schema out of a module. Those that it refers to stand beside
// it; no other place is asked.
func compile(module, file string) (*jsonschema.Schema, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("find the module %s: %w", module, err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), filepath.Dir(file))
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.UseLoader(beside(dir))
	return compiler.Compile("file:///" + filepath.Base(file))
}

// beside loads schemas from one folder, by the last part of their address.
type beside string

// stored are names under which the module has what others call otherwise.
var stored = map[string]string{"jsf-0.82.schema.json": "jsf-0.82.schemax.json"}

// cryptography stands for the one schema that the module lacks: the names of
// algorithms and curves, of which SBOMs of packages have none.
const cryptography = `{"definitions": {"algorithmFamiliesEnum": {"type": "string"}, "ellipticCurvesEnum": {"type": "string"}}}`

func (dir beside) Load(url string) (any, error) {
	name := filepath.Base(url)
	if name == "cryptography-defs.schema.json" {
		return jsonschema.UnmarshalJSON(strings.NewReader(cryptography))
	}
	data, err := os.ReadFile(filepath.Join(string(dir), cmp.Or(stored[name], name)))
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}
