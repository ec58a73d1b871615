class Batches:
    def create(self, requests: list) -> str:
        return ""
