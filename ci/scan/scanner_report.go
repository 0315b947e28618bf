package scan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// WithoutCanary is the scanner's JSON report without the planted secret, for
// the other forms that are made of it.
func WithoutCanary(data []byte) ([]byte, error) {
	report := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, fmt.Errorf("the scanner's report is no JSON report of Trivy: %w", err)
	}
	var results []json.RawMessage
	if text, ok := report["Results"]; ok {
		if err := json.Unmarshal(text, &results); err != nil {
			return nil, fmt.Errorf("the scanner's report is no JSON report of Trivy: %w", err)
		}
	}
	results = slices.DeleteFunc(results, func(text json.RawMessage) bool {
		var r struct{ Target string }
		return json.Unmarshal(text, &r) == nil && (r.Target == CanaryFile || r.Target == "/"+CanaryFile)
	})
	text, err := json.Marshal(results)
	if err != nil {
		return nil, err
	}
	report["Results"] = text
	return json.MarshalIndent(report, "", "  ")
}

// MergeSARIF makes one SARIF file of several, by the names of their scans: each
// is a run in it, with a category of its own, without which GitHub takes only
// one run of a tool.
//
//	all, err := scan.MergeSARIF(map[string][]byte{"source": source, "config": config})
func MergeSARIF(files map[string][]byte) ([]byte, error) {
	type sarif struct {
		Version string           `json:"version"`
		Schema  string           `json:"$schema"`
		Runs    []map[string]any `json:"runs"`
	}
	all := sarif{Version: "2.1.0", Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Runs: []map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		var one sarif
		if err := json.Unmarshal(files[name], &one); err != nil {
			return nil, fmt.Errorf("the SARIF file of %s cannot be read: %w", name, err)
		}
		if one.Version != all.Version {
			return nil, fmt.Errorf("the SARIF file of %s has version %q, not %s: use the pinned scanner", name, one.Version, all.Version)
		}
		for _, run := range one.Runs {
			run["automationDetails"] = map[string]string{"id": "octocode/" + name + "/"}
			all.Runs = append(all.Runs, run)
		}
	}
	return json.MarshalIndent(all, "", "  ")
}
