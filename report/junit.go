package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// JUnit writes runs as JUnit XML, the form that CI systems read: a suite for each
// scenario, a test case for each expectation.
func JUnit(out io.Writer, runs []*Run) error {
	var all junit.Testsuites
	for _, run := range runs {
		suite := junit.Testsuite{Name: run.Scenario.Name, Time: fmt.Sprintf("%.3f", run.Took.Seconds())}
		for _, v := range run.Report.Verdicts {
			test := junit.Testcase{Name: v.What, Classname: run.Scenario.Name, Time: "0.000"}
			if !v.OK {
				said := v.Said
				if v.Line > 0 {
					said = fmt.Sprintf("line %d: %s", v.Line, said)
				}
				test.Failure = &junit.Result{Message: said, Type: "expectation", Data: said}
			}
			suite.AddTestcase(test)
		}
		if run.Report.Target != nil {
			for _, what := range run.Report.Target.LeftOut {
				skipped := &junit.Result{Message: "Nobody outside of the target knows."}
				suite.AddTestcase(junit.Testcase{Name: what, Classname: run.Scenario.Name, Time: "0.000", Skipped: skipped})
			}
		}
		all.AddSuite(suite)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	if err := all.WriteXML(out); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	return nil
}
