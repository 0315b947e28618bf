package project

import (
	"reflect"
	"testing"
	"testing/fstest"
)

func TestApps(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	next := `{"dependencies": {"next": "16.4.6"}}`
	tests := map[string]struct {
		files fstest.MapFS
		want  []string
	}{
		"none":         {fstest.MapFS{"package.json": file(`{}`)}, nil},
		"root":         {fstest.MapFS{"package.json": file(next)}, []string{"."}},
		"workspace":    {fstest.MapFS{"package.json": file(`{}`), "apps/web/package.json": file(next), "libs/ui/package.json": file(`{"dependencies": {"react": "19"}}`)}, []string{"apps/web"}},
		"several":      {fstest.MapFS{"b/package.json": file(next), "a/package.json": file(next)}, []string{"a", "b"}},
		"sorted":       {fstest.MapFS{"admin/package.json": file(next), "package.json": file(next)}, []string{".", "admin"}},
		"dev":          {fstest.MapFS{"package.json": file(`{"devDependencies": {"next": "16"}}`)}, []string{"."}},
		"dependencies": {fstest.MapFS{"node_modules/x/package.json": file(next)}, nil},
		"fixtures":     {fstest.MapFS{"package.json": file(next), "e2e/testdata/npm/package.json": file(next)}, []string{"."}},
		"broken":       {fstest.MapFS{"package.json": file(`{`)}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := Apps(test.files)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("Apps = %v, %v; want %v", got, err, test.want)
			}
		})
	}
}
