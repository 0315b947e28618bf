package scan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// edit changes the results of the scanner's JSON report. All else stays as it is.
func edit(data []byte, change func(results []map[string]any) ([]map[string]any, error)) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // sizes and offsets stay exact
	var whole map[string]any
	if err := decoder.Decode(&whole); err != nil {
		return nil, fmt.Errorf("the scanner's report is no JSON report of Trivy: %w", err)
	}
	results, err := change(objects(whole["Results"]))
	if err != nil {
		return nil, err
	}
	whole["Results"] = results
	return json.Marshal(whole)
}

// places are the keys of results and of what is in them that name a file, and
// parts the lists in a result.
var (
	places = []string{"Target", "FilePath", "PkgPath"}
	parts  = []string{"Packages", "Vulnerabilities", "Licenses", "Secrets", "Misconfigurations"}
)

// WithoutPrefix is the report with the names that files have in the sources: the
// scanner sees them in a folder, see SourceDir.
func WithoutPrefix(data []byte) ([]byte, error) {
	cut := func(object map[string]any) {
		for _, key := range places {
			if name, ok := object[key].(string); ok {
				object[key] = strings.TrimPrefix(name, Prefix)
			}
		}
	}
	return edit(data, func(results []map[string]any) ([]map[string]any, error) {
		for _, result := range results {
			cut(result)
			for _, part := range parts {
				for _, object := range objects(result[part]) {
					cut(object)
				}
			}
		}
		return results, nil
	})
}

// WithFindings is the report with faults that are none of the scanner's own,
// each in the result of its file, so that they are in all forms of the report.
func WithFindings(data []byte, findings []Finding) ([]byte, error) {
	return edit(data, func(results []map[string]any) ([]map[string]any, error) {
		for _, f := range findings {
			fault := map[string]any{"ID": f.ID, "Title": f.Title, "Description": f.Title, "Message": f.Title, "Resolution": f.Resolution,
				"Severity": f.Severity, "Status": "FAIL", "Type": "OctoCode CI", "CauseMetadata": map[string]any{"StartLine": f.Line, "EndLine": f.Line}}
			i := slices.IndexFunc(results, func(r map[string]any) bool { return r["Target"] == f.Target && r["Class"] == Config })
			if i < 0 {
				i = len(results)
				results = append(results, map[string]any{"Target": f.Target, "Class": Config, "Type": "octocode"})
			}
			list, _ := results[i]["Misconfigurations"].([]any)
			results[i]["Misconfigurations"] = append(list, fault)
		}
		return results, nil
	})
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
