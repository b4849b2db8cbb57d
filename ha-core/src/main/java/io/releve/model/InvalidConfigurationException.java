package io.releve.model;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration has mistakes. The message lists all of them, one a line. */
public final class InvalidConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /** An exception for these problems, at least one. */
    public InvalidConfigurationException(List<ConfigProblem> problems) {
        super(problems.stream()
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining(
                        "",
                        "the cluster's configuration has " + problems.size()
                                + (problems.size() == 1 ? " mistake:" : " mistakes:"),
                        "")));
        this.problems = List.copyOf(problems);
    }

    /** The mistakes, in the order of the configuration. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
