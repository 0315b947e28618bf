package scan

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// CanaryDir is the folder that is planted at the root of what is scanned. A
// report names only what was found, so a scan that looked at nothing reads like
// one that found nothing; one that does not find the canaries has not looked.
const CanaryDir = ".octocode-canary"

// CanarySecret and CanaryPackages are the files in it, by their paths: a token
// that belongs to nobody, and a package of which every database of
// vulnerabilities knows some, as a lockfile has it and as it is installed.
func CanarySecret() map[string]string {
	// Put together, so that no scan finds it in this file.
	return map[string]string{CanaryDir + "/token": "token = \"ghp_" + strings.Repeat("0Octo", 7) + "1\"\n"}
}

func CanaryPackages() map[string]string {
	return map[string]string{
		CanaryDir + "/package-lock.json": `{"name":"canary","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"canary","version":"1.0.0"},` +
			`"node_modules/lodash":{"version":"4.17.15","resolved":"https://registry.example.com/lodash/-/lodash-4.17.15.tgz"}}}` + "\n",
		CanaryDir + "/node_modules/lodash/package.json": `{"name":"lodash","version":"4.17.15"}` + "\n",
	}
}

// TakeCanaries removes what is planted from the scanner's JSON report, before
// anything else reads it. It is an error when the scanner has not found it in
// one of the ways that are wanted, Secret or Vulnerability; the report comes
// with it, as it is without them.
//
//	report, err := scan.TakeCanaries(report, scan.Secret)
func TakeCanaries(data []byte, wanted ...Kind) ([]byte, error) {
	found := map[Kind]bool{}
	data, err := edit(data, func(results []map[string]any) ([]map[string]any, error) {
		for _, result := range results {
			whole := planted(result["Target"])
			for _, part := range parts {
				list, ok := result[part].([]any)
				if !ok {
					continue
				}
				result[part] = slices.DeleteFunc(list, func(item any) bool {
					object, _ := item.(map[string]any)
					ours := whole || planted(object["FilePath"]) || planted(object["PkgPath"])
					if ours && part == "Secrets" {
						found[Secret] = true
					}
					if ours && part == "Vulnerabilities" {
						found[Vulnerability] = true
					}
					return ours
				})
			}
		}
		return slices.DeleteFunc(results, func(r map[string]any) bool { return planted(r["Target"]) }), nil
	})
	if err != nil {
		return nil, err
	}
	for _, kind := range wanted {
		switch {
		case found[kind]:
		case kind == Secret:
			return data, fmt.Errorf("the scanner has looked for no secrets: it did not find the one that was planted in %s", CanaryDir)
		default:
			return data, fmt.Errorf("the scanner has found no vulnerability in the package that was planted in %s: the database is empty or not read, so fetch it again", CanaryDir)
		}
	}
	return data, nil
}

func planted(name any) bool {
	text, _ := name.(string)
	first, _, _ := strings.Cut(strings.TrimPrefix(path.Clean(text), "/"), "/")
	return first == CanaryDir
}
