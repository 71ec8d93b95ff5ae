// Asks Porcupine whether the registers that `fourtwelve export` wrote are linearizable: an independent judge, which knows
// nothing of Vault, of logs and of lag.
//
// Prints a line for each register: verdict, number of the run, scenario, seed, key, operations, with tabs between them.
// Ends with 0: every register is linearizable; 1: one is not; 2: nothing was there, or one could not be decided in time; 4: a file
// that is none of these, or that broke off.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	format  = "fourtwelve-registers"
	version = 1
	// Bytes of one line.
	lineMax = 1 << 20
)

type line struct {
	Kind string `json:"kind"`
	// Of a run.
	Format   string `json:"format"`
	Version  int    `json:"version"`
	Scenario string `json:"scenario"`
	Seed     int64  `json:"seed"`
	// Of an operation.
	Key    string `json:"key"`
	Value  *int   `json:"value"`
	Call   int64  `json:"call"`
	Return *int64 `json:"return"`
	// Of an end.
	Operations int `json:"operations"`
}

// One run that is being read.
type run struct {
	line
	number     int
	operations int
	keys       []string
	registers  map[string][]porcupine.Operation
}

func main() {
	timeout := flag.Duration("timeout", 10*time.Second, "how long to think about one register")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: oracle [-timeout 10s] FILE    what `fourtwelve export` wrote; - is standard input")
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(4)
	}
	file := os.Stdin
	if name := flag.Arg(0); name != "-" {
		opened, err := os.Open(name)
		if err != nil {
			fail(err)
		}
		file = opened
	}
	verdicts := map[porcupine.CheckResult]int{}
	err := readRuns(file, func(ended *run) {
		for _, key := range ended.keys {
			operations := ended.registers[key]
			verdict := check(operations, *timeout)
			verdicts[verdict]++
			fmt.Printf("%s\t%d\t%s\t%d\t%s\t%d\n", verdict, ended.number, ended.Scenario, ended.Seed, key, len(operations))
		}
	})
	switch {
	case err != nil:
		fail(err)
	case verdicts[porcupine.Illegal] > 0:
		os.Exit(1)
	case verdicts[porcupine.Unknown] > 0 || verdicts[porcupine.Ok] == 0:
		os.Exit(2)
	}
}

// Hands over each run when all of it is read.
func readRuns(file io.Reader, ended func(*run)) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, lineMax)
	var current *run
	runs := 0
	for number := 1; lines.Scan(); number++ {
		var read line
		if err := json.Unmarshal(lines.Bytes(), &read); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		switch {
		case read.Kind == "run" && current != nil:
			return fmt.Errorf("line %d: the run before has no end", number)
		case read.Kind == "run" && (read.Format != format || read.Version != version):
			return fmt.Errorf("line %d: this is %q version %d, and this program reads %q version %d", number, read.Format, read.Version, format, version)
		case read.Kind == "run":
			runs++
			current = &run{line: read, number: runs, registers: map[string][]porcupine.Operation{}}
		case current == nil:
			return fmt.Errorf("line %d: a line of kind %q stands outside of a run", number, read.Kind)
		case read.Kind == "end" && read.Operations != current.operations:
			return fmt.Errorf("line %d: %d operations were written and %d read", number, read.Operations, current.operations)
		case read.Kind == "end":
			ended(current)
			current = nil
		case read.Kind == "write" || (read.Kind == "read" && read.Value != nil):
			current.add(read)
		default:
			return fmt.Errorf("line %d: a line of kind %q with this value is unknown", number, read.Kind)
		}
	}
	if current != nil {
		return fmt.Errorf("the file breaks off in run %d", current.number)
	}
	return lines.Err()
}

func (r *run) add(read line) {
	r.operations++
	if _, known := r.registers[read.Key]; !known {
		r.keys = append(r.keys, read.Key)
	}
	returns := int64(never)
	if read.Return != nil {
		returns = *read.Return
	}
	operation := porcupine.Operation{Input: access{read.Kind == "write", read.Value, returns}, Call: read.Call, Return: returns}
	r.registers[read.Key] = append(r.registers[read.Key], operation)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "oracle:", err)
	os.Exit(4)
}
