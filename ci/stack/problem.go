package stack

import "github.com/octocode/octocode-ci/ci/problem"

// What is wrong with a stack is said in the common form.
type (
	Code     = problem.Code
	Problem  = problem.Problem
	Problems = problem.Problems
)
