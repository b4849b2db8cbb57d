package io.releve.mysql.testing;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.server.MySqlInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server as a process of this machine. */
record ProcessServer(Process process, Path errorLog) implements RunningServer {

    static ProcessServer start(
            MySqlInstallation installation, Path directory, int port, List<String> options, List<String> first) {
        try {
            Files.createDirectories(directory);
            Path data = TestData.fresh(installation, directory);
            Path init = Files.writeString(directory.resolve("init.sql"), String.join(";\n", first) + ";\n");
            Path errorLog = directory.resolve("error.log");
            List<String> command = new ArrayList<>(List.of(
                    installation.server().toString(),
                    "--no-defaults",
                    "--basedir=" + installation.baseDirectory(),
                    "--datadir=" + data,
                    "--port=" + port,
                    "--bind-address=127.0.0.1",
                    "--socket=" + directory.resolve("s"),
                    "--pid-file=" + directory.resolve("pid"),
                    "--log-error=" + errorLog,
                    "--init-file=" + init));
            if (System.getProperty("user.name").equals("root")) {
                command.add("--user=root");
            }
            command.addAll(options);
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            return new ProcessServer(process, errorLog);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public String log() {
        try {
            return Files.readString(errorLog);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void pause() {
        try {
            var unused = process.waitFor(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public MySqlServer address(int port) {
        return new MySqlServer(1, "serv1", "127.0.0.1", port);
    }

    @Override
    public void freeze() {
        signal("STOP");
    }

    @Override
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
