package dockerfile

import "testing"

func TestWithoutSecrets(t *testing.T) {
	tests := map[string]struct {
		text  string
		given []string
		want  string
	}{
		"none":          {"RUN make", nil, "RUN make"},
		"not given":     {"RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci", nil, "RUN  npm ci"},
		"given":         {"RUN --mount=type=secret,id=npmrc npm ci", []string{"npmrc"}, "RUN --mount=type=secret,id=npmrc npm ci"},
		"other given":   {"RUN --mount=type=secret,id=npmrc npm ci", []string{"token"}, "RUN  npm ci"},
		"required":      {"RUN --mount=type=secret,id=npmrc,required=true npm ci", nil, "RUN --mount=type=secret,id=npmrc,required=true npm ci"},
		"required flag": {"RUN --mount=type=secret,required,id=npmrc npm ci", nil, "RUN --mount=type=secret,required,id=npmrc npm ci"},
		"not required":  {"RUN --mount=type=secret,id=a,required=false x", nil, "RUN  x"},
		"id first":      {"RUN --mount=id=a,type=secret x", nil, "RUN  x"},
		"by target":     {"RUN --mount=type=secret,target=/run/secrets/key x", []string{"key"}, "RUN --mount=type=secret,target=/run/secrets/key x"},
		"cache stays":   {"RUN --mount=type=cache,id=secret,target=/c --mount=type=secret,id=a x", nil, "RUN --mount=type=cache,id=secret,target=/c  x"},
		"over lines":    {"RUN --mount=type=cache,target=/c \\\n    --mount=type=secret,id=a \\\n    x", nil, "RUN --mount=type=cache,target=/c \\\n     \\\n    x"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := WithoutSecrets(test.text, test.given); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}
