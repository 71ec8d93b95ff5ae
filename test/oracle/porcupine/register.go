package main

import (
	"math"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

// What nobody answered may happen at any time from its call on.
const never = math.MaxInt64

// What a secret was before the history began: the first operation with a value tells.
const unknown = -1

// A write or a read of one secret's version. In a write, nil stands for the next version, whose number nobody was told.
type access struct {
	writes  bool
	value   *int
	returns int64
}

type state struct {
	version int
	// How many unanswered writes without a number have happened.
	unanswered int
}

// A secret of kv version 2 is a register that numbers its own values: a write makes the next one, and removing the secret writes 0.
//
// Writes without an answer and without a number are all alike, and to try each in every place would take for ever. So they are no
// operations: where a number is missing, that many of them have happened, those that were called first before the others, and
// whatever comes behind them must return after they were called.
func check(history []porcupine.Operation, timeout time.Duration) porcupine.CheckResult {
	var unanswered []int64
	var operations []porcupine.Operation
	for _, operation := range history {
		if operation.Input.(access).value == nil && operation.Return == never {
			unanswered = append(unanswered, operation.Call)
		} else {
			operations = append(operations, operation)
		}
	}
	sort.Slice(unanswered, func(a, b int) bool { return unanswered[a] < unanswered[b] })
	return porcupine.CheckOperationsTimeout(register(unanswered), operations, timeout)
}

func register(unanswered []int64) porcupine.Model {
	return porcupine.Model{
		Init: func() interface{} { return state{unknown, 0} },
		Step: func(before, input, _ interface{}) (bool, interface{}) {
			now, does := before.(state), input.(access)
			// The version that this needs to find, and the one that it leaves.
			finds, leaves := now.version, now.version
			switch {
			case does.value == nil && now.version == unknown:
			case does.value == nil:
				leaves++
			case does.writes && *does.value == 0:
				leaves = 0
			case does.writes:
				finds, leaves = *does.value-1, *does.value
			default:
				finds, leaves = *does.value, *does.value
			}
			happened := now.unanswered
			if now.version != unknown {
				happened += finds - now.version
			}
			if happened < now.unanswered || happened > len(unanswered) {
				return false, before
			}
			if happened > 0 && unanswered[happened-1] > does.returns {
				return false, before
			}
			return true, state{leaves, happened}
		},
	}
}
