using CoopGen;

return CommandLine.Run(args, EnvironmentRegistry.All);
