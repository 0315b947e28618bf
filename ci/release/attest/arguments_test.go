package attest

import (
	"maps"
	"strings"
	"testing"
)

func TestArguments(t *testing.T) {
	inputs, err := ParseInputs([]string{"platforms=linux/amd64,linux/arm64", "args=A=1", "empty="})
	if err != nil || !maps.Equal(inputs, map[string]string{"platforms": "linux/amd64,linux/arm64", "args": "A=1", "empty": ""}) {
		t.Errorf("%v, %v", inputs, err)
	}
	materials, err := ParseMaterials([]string{"docker://debian:13?platform=linux/arm64=" + other})
	if err != nil || !maps.Equal(materials, map[string]string{"docker://debian:13?platform=linux/arm64": other}) {
		t.Errorf("%v, %v", materials, err)
	}
	for want, list := range map[string][]string{
		"material 2: write it as REFERENCE=sha256:…": {"a=b", "s3cret"},
		"material 1: write it as REFERENCE=sha256:…": {"=b"},
		"material a: it is given twice":              {"a=b", "a=c"},
	} {
		if _, err := ParseMaterials(list); err == nil || err.Error() != want || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", list, err)
		}
	}
	if none, err := ParseInputs(nil); none != nil || err != nil {
		t.Errorf("%v, %v", none, err)
	}
}
