package io.releve.examples.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM like this one, with the same class path. */
public final class JavaCommand {

    private JavaCommand() {}

    /**
     * A small JVM that starts quickly.
     *
     * @param main the class to run
     * @param megabytes its largest heap
     * @param properties system properties, each {@code name=value}; no secrets, command lines can be read by all
     * @param arguments of the program
     */
    public static List<String> of(Class<?> main, int megabytes, List<String> properties, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + megabytes + "m");
        // Several JVMs start at once on what may be two cores: the quick compiler only, and no parallel collector.
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:-UsePerfData");
        properties.forEach(property -> command.add("-D" + property));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }
}
