using CoopGen;

return CommandLine.Run(args, Games.EnvironmentRegistry.All);
