package scan

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// AddLines fills in the lines of findings in YAML files, of which Trivy keeps
// none: our checks give the place as a path of keys, and read returns the file
// of a target. What has a line keeps it, and all else of the report stays as it
// is, so the scanner can make SARIF of the result.
//
//	report, err := scan.AddLines(report, func(name string) ([]byte, error) { return os.ReadFile(name) })
func AddLines(report []byte, read func(target string) ([]byte, error)) ([]byte, error) {
	return edit(report, func(results []map[string]any) ([]map[string]any, error) {
		for _, result := range results {
			target, _ := result["Target"].(string)
			var documents []*yaml.Node
			for _, fault := range objects(result["Misconfigurations"]) {
				cause, _ := fault["CauseMetadata"].(map[string]any)
				path, _ := cause["Resource"].(string)
				if path == "" || cause["StartLine"] != nil || result["Type"] != "yaml" {
					continue
				}
				if documents == nil {
					data, err := read(target)
					if err != nil {
						return nil, fmt.Errorf("read %s for the lines of its findings: %w", target, err)
					}
					if documents, err = parseYAML(data); err != nil {
						return nil, fmt.Errorf("read %s for the lines of its findings: %w", target, err)
					}
				}
				if line := lineOf(documents, strings.Split(path, "/")); line > 0 {
					cause["StartLine"], cause["EndLine"] = line, line
				}
			}
		}
		return results, nil
	})
}

// objects are the objects of a JSON array; none of anything else.
func objects(list any) []map[string]any {
	items, _ := list.([]any)
	var all []map[string]any
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

func parseYAML(data []byte) ([]*yaml.Node, error) {
	var documents []*yaml.Node
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var document yaml.Node
		if err := decoder.Decode(&document); err == io.EOF {
			return documents, nil
		} else if err != nil {
			return nil, err
		}
		if len(document.Content) > 0 {
			documents = append(documents, &document)
		}
	}
}

// lineOf is the line of the path's last key in the document that has most of
// it; where a key comes from elsewhere by a merge, that of the key before.
func lineOf(documents []*yaml.Node, path []string) int {
	line, most := 0, 0
	for _, document := range documents {
		node, depth, at := document.Content[0], 0, 0
		for _, key := range path {
			found, value := child(node, key)
			if value == nil {
				break
			}
			node, depth, at = value, depth+1, found.Line
		}
		if depth > most {
			line, most = at, depth
		}
	}
	return line
}

// child is the key of a mapping and its value, the item of a list by its
// number, or the item NAME=value of a list by its name.
func child(node *yaml.Node, key string) (at, value *yaml.Node) {
	switch node.Kind {
	case yaml.AliasNode:
		return child(node.Alias, key)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				return node.Content[i], node.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i]
		}
		for _, item := range node.Content {
			if strings.HasPrefix(item.Value, key+"=") {
				return item, item
			}
		}
	}
	return nil, nil
}
